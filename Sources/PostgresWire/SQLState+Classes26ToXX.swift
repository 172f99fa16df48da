/// The codes of classes 26 to XX. A name that two classes share has a word for its class in front here.
extension SQLState {
    // MARK: Class 26, Invalid SQL Statement Name

    /// `invalid_sql_statement_name`, 26000.
    public static let invalidSQLStatementName = SQLState(rawValue: "26000")

    // MARK: Class 27, Triggered Data Change Violation

    /// `triggered_data_change_violation`, 27000.
    public static let triggeredDataChangeViolation = SQLState(rawValue: "27000")

    // MARK: Class 28, Invalid Authorization Specification

    /// `invalid_authorization_specification`, 28000.
    public static let invalidAuthorizationSpecification = SQLState(rawValue: "28000")
    /// `invalid_password`, 28P01.
    public static let invalidPassword = SQLState(rawValue: "28P01")

    // MARK: Class 2B, Dependent Privilege Descriptors Still Exist

    /// `dependent_privilege_descriptors_still_exist`, 2B000.
    public static let dependentPrivilegeDescriptorsStillExist = SQLState(rawValue: "2B000")
    /// `dependent_objects_still_exist`, 2BP01.
    public static let dependentObjectsStillExist = SQLState(rawValue: "2BP01")

    // MARK: Class 2D, Invalid Transaction Termination

    /// `invalid_transaction_termination`, 2D000.
    public static let invalidTransactionTermination = SQLState(rawValue: "2D000")

    // MARK: Class 2F, SQL Routine Exception

    /// `sql_routine_exception`, 2F000.
    public static let sqlRoutineException = SQLState(rawValue: "2F000")
    /// `function_executed_no_return_statement`, 2F005.
    public static let functionExecutedNoReturnStatement = SQLState(rawValue: "2F005")
    /// `modifying_sql_data_not_permitted`, 2F002.
    public static let sqlRoutineModifyingSQLDataNotPermitted = SQLState(rawValue: "2F002")
    /// `prohibited_sql_statement_attempted`, 2F003.
    public static let sqlRoutineProhibitedSQLStatementAttempted = SQLState(rawValue: "2F003")
    /// `reading_sql_data_not_permitted`, 2F004.
    public static let sqlRoutineReadingSQLDataNotPermitted = SQLState(rawValue: "2F004")

    // MARK: Class 34, Invalid Cursor Name

    /// `invalid_cursor_name`, 34000.
    public static let invalidCursorName = SQLState(rawValue: "34000")

    // MARK: Class 38, External Routine Exception

    /// `external_routine_exception`, 38000.
    public static let externalRoutineException = SQLState(rawValue: "38000")
    /// `containing_sql_not_permitted`, 38001.
    public static let containingSQLNotPermitted = SQLState(rawValue: "38001")
    /// `modifying_sql_data_not_permitted`, 38002.
    public static let externalRoutineModifyingSQLDataNotPermitted = SQLState(rawValue: "38002")
    /// `prohibited_sql_statement_attempted`, 38003.
    public static let externalRoutineProhibitedSQLStatementAttempted = SQLState(rawValue: "38003")
    /// `reading_sql_data_not_permitted`, 38004.
    public static let externalRoutineReadingSQLDataNotPermitted = SQLState(rawValue: "38004")

    // MARK: Class 39, External Routine Invocation Exception

    /// `external_routine_invocation_exception`, 39000.
    public static let externalRoutineInvocationException = SQLState(rawValue: "39000")
    /// `invalid_sqlstate_returned`, 39001.
    public static let invalidSQLStateReturned = SQLState(rawValue: "39001")
    /// `null_value_not_allowed`, 39004.
    public static let externalRoutineInvocationNullValueNotAllowed = SQLState(rawValue: "39004")
    /// `trigger_protocol_violated`, 39P01.
    public static let triggerProtocolViolated = SQLState(rawValue: "39P01")
    /// `srf_protocol_violated`, 39P02.
    public static let srfProtocolViolated = SQLState(rawValue: "39P02")
    /// `event_trigger_protocol_violated`, 39P03.
    public static let eventTriggerProtocolViolated = SQLState(rawValue: "39P03")

    // MARK: Class 3B, Savepoint Exception

    /// `savepoint_exception`, 3B000.
    public static let savepointException = SQLState(rawValue: "3B000")
    /// `invalid_savepoint_specification`, 3B001.
    public static let invalidSavepointSpecification = SQLState(rawValue: "3B001")

    // MARK: Class 3D, Invalid Catalog Name

    /// `invalid_catalog_name`, 3D000.
    public static let invalidCatalogName = SQLState(rawValue: "3D000")

    // MARK: Class 3F, Invalid Schema Name

    /// `invalid_schema_name`, 3F000.
    public static let invalidSchemaName = SQLState(rawValue: "3F000")

    // MARK: Class 40, Transaction Rollback

    /// `transaction_rollback`, 40000.
    public static let transactionRollback = SQLState(rawValue: "40000")
    /// `transaction_integrity_constraint_violation`, 40002.
    public static let transactionIntegrityConstraintViolation = SQLState(rawValue: "40002")
    /// `serialization_failure`, 40001.
    public static let serializationFailure = SQLState(rawValue: "40001")
    /// `statement_completion_unknown`, 40003.
    public static let statementCompletionUnknown = SQLState(rawValue: "40003")
    /// `deadlock_detected`, 40P01.
    public static let deadlockDetected = SQLState(rawValue: "40P01")

    // MARK: Class 42, Syntax Error or Access Rule Violation

    /// `syntax_error_or_access_rule_violation`, 42000.
    public static let syntaxErrorOrAccessRuleViolation = SQLState(rawValue: "42000")
    /// `syntax_error`, 42601.
    public static let syntaxError = SQLState(rawValue: "42601")
    /// `insufficient_privilege`, 42501.
    public static let insufficientPrivilege = SQLState(rawValue: "42501")
    /// `cannot_coerce`, 42846.
    public static let cannotCoerce = SQLState(rawValue: "42846")
    /// `grouping_error`, 42803.
    public static let groupingError = SQLState(rawValue: "42803")
    /// `windowing_error`, 42P20.
    public static let windowingError = SQLState(rawValue: "42P20")
    /// `invalid_recursion`, 42P19.
    public static let invalidRecursion = SQLState(rawValue: "42P19")
    /// `invalid_foreign_key`, 42830.
    public static let invalidForeignKey = SQLState(rawValue: "42830")
    /// `invalid_name`, 42602.
    public static let invalidName = SQLState(rawValue: "42602")
    /// `name_too_long`, 42622.
    public static let nameTooLong = SQLState(rawValue: "42622")
    /// `reserved_name`, 42939.
    public static let reservedName = SQLState(rawValue: "42939")
    /// `datatype_mismatch`, 42804.
    public static let datatypeMismatch = SQLState(rawValue: "42804")
    /// `indeterminate_datatype`, 42P18.
    public static let indeterminateDatatype = SQLState(rawValue: "42P18")
    /// `collation_mismatch`, 42P21.
    public static let collationMismatch = SQLState(rawValue: "42P21")
    /// `indeterminate_collation`, 42P22.
    public static let indeterminateCollation = SQLState(rawValue: "42P22")
    /// `wrong_object_type`, 42809.
    public static let wrongObjectType = SQLState(rawValue: "42809")
    /// `generated_always`, 428C9.
    public static let generatedAlways = SQLState(rawValue: "428C9")
    /// `undefined_column`, 42703.
    public static let undefinedColumn = SQLState(rawValue: "42703")
    /// `undefined_function`, 42883.
    public static let undefinedFunction = SQLState(rawValue: "42883")
    /// `undefined_table`, 42P01.
    public static let undefinedTable = SQLState(rawValue: "42P01")
    /// `undefined_parameter`, 42P02.
    public static let undefinedParameter = SQLState(rawValue: "42P02")
    /// `undefined_object`, 42704.
    public static let undefinedObject = SQLState(rawValue: "42704")
    /// `duplicate_column`, 42701.
    public static let duplicateColumn = SQLState(rawValue: "42701")
    /// `duplicate_cursor`, 42P03.
    public static let duplicateCursor = SQLState(rawValue: "42P03")
    /// `duplicate_database`, 42P04.
    public static let duplicateDatabase = SQLState(rawValue: "42P04")
    /// `duplicate_function`, 42723.
    public static let duplicateFunction = SQLState(rawValue: "42723")
    /// `duplicate_prepared_statement`, 42P05.
    public static let duplicatePreparedStatement = SQLState(rawValue: "42P05")
    /// `duplicate_schema`, 42P06.
    public static let duplicateSchema = SQLState(rawValue: "42P06")
    /// `duplicate_table`, 42P07.
    public static let duplicateTable = SQLState(rawValue: "42P07")
    /// `duplicate_alias`, 42712.
    public static let duplicateAlias = SQLState(rawValue: "42712")
    /// `duplicate_object`, 42710.
    public static let duplicateObject = SQLState(rawValue: "42710")
    /// `ambiguous_column`, 42702.
    public static let ambiguousColumn = SQLState(rawValue: "42702")
    /// `ambiguous_function`, 42725.
    public static let ambiguousFunction = SQLState(rawValue: "42725")
    /// `ambiguous_parameter`, 42P08.
    public static let ambiguousParameter = SQLState(rawValue: "42P08")
    /// `ambiguous_alias`, 42P09.
    public static let ambiguousAlias = SQLState(rawValue: "42P09")
    /// `invalid_column_reference`, 42P10.
    public static let invalidColumnReference = SQLState(rawValue: "42P10")
    /// `invalid_column_definition`, 42611.
    public static let invalidColumnDefinition = SQLState(rawValue: "42611")
    /// `invalid_cursor_definition`, 42P11.
    public static let invalidCursorDefinition = SQLState(rawValue: "42P11")
    /// `invalid_database_definition`, 42P12.
    public static let invalidDatabaseDefinition = SQLState(rawValue: "42P12")
    /// `invalid_function_definition`, 42P13.
    public static let invalidFunctionDefinition = SQLState(rawValue: "42P13")
    /// `invalid_prepared_statement_definition`, 42P14.
    public static let invalidPreparedStatementDefinition = SQLState(rawValue: "42P14")
    /// `invalid_schema_definition`, 42P15.
    public static let invalidSchemaDefinition = SQLState(rawValue: "42P15")
    /// `invalid_table_definition`, 42P16.
    public static let invalidTableDefinition = SQLState(rawValue: "42P16")
    /// `invalid_object_definition`, 42P17.
    public static let invalidObjectDefinition = SQLState(rawValue: "42P17")

    // MARK: Class 44, WITH CHECK OPTION Violation

    /// `with_check_option_violation`, 44000.
    public static let withCheckOptionViolation = SQLState(rawValue: "44000")

    // MARK: Class 53, Insufficient Resources

    /// `insufficient_resources`, 53000.
    public static let insufficientResources = SQLState(rawValue: "53000")
    /// `disk_full`, 53100.
    public static let diskFull = SQLState(rawValue: "53100")
    /// `out_of_memory`, 53200.
    public static let outOfMemory = SQLState(rawValue: "53200")
    /// `too_many_connections`, 53300.
    public static let tooManyConnections = SQLState(rawValue: "53300")
    /// `configuration_limit_exceeded`, 53400.
    public static let configurationLimitExceeded = SQLState(rawValue: "53400")

    // MARK: Class 54, Program Limit Exceeded

    /// `program_limit_exceeded`, 54000.
    public static let programLimitExceeded = SQLState(rawValue: "54000")
    /// `statement_too_complex`, 54001.
    public static let statementTooComplex = SQLState(rawValue: "54001")
    /// `too_many_columns`, 54011.
    public static let tooManyColumns = SQLState(rawValue: "54011")
    /// `too_many_arguments`, 54023.
    public static let tooManyArguments = SQLState(rawValue: "54023")

    // MARK: Class 55, Object Not In Prerequisite State

    /// `object_not_in_prerequisite_state`, 55000.
    public static let objectNotInPrerequisiteState = SQLState(rawValue: "55000")
    /// `object_in_use`, 55006.
    public static let objectInUse = SQLState(rawValue: "55006")
    /// `cant_change_runtime_param`, 55P02.
    public static let cantChangeRuntimeParam = SQLState(rawValue: "55P02")
    /// `lock_not_available`, 55P03.
    public static let lockNotAvailable = SQLState(rawValue: "55P03")
    /// `unsafe_new_enum_value_usage`, 55P04.
    public static let unsafeNewEnumValueUsage = SQLState(rawValue: "55P04")

    // MARK: Class 57, Operator Intervention

    /// `operator_intervention`, 57000.
    public static let operatorIntervention = SQLState(rawValue: "57000")
    /// `query_canceled`, 57014.
    public static let queryCanceled = SQLState(rawValue: "57014")
    /// `admin_shutdown`, 57P01.
    public static let adminShutdown = SQLState(rawValue: "57P01")
    /// `crash_shutdown`, 57P02.
    public static let crashShutdown = SQLState(rawValue: "57P02")
    /// `cannot_connect_now`, 57P03.
    public static let cannotConnectNow = SQLState(rawValue: "57P03")
    /// `database_dropped`, 57P04.
    public static let databaseDropped = SQLState(rawValue: "57P04")
    /// `idle_session_timeout`, 57P05.
    public static let idleSessionTimeout = SQLState(rawValue: "57P05")

    // MARK: Class 58, System Error

    /// `system_error`, 58000.
    public static let systemError = SQLState(rawValue: "58000")
    /// `io_error`, 58030.
    public static let ioError = SQLState(rawValue: "58030")
    /// `undefined_file`, 58P01.
    public static let undefinedFile = SQLState(rawValue: "58P01")
    /// `duplicate_file`, 58P02.
    public static let duplicateFile = SQLState(rawValue: "58P02")
    /// `file_name_too_long`, 58P03.
    public static let fileNameTooLong = SQLState(rawValue: "58P03")

    // MARK: Class 72, Snapshot Failure

    /// `snapshot_too_old`, 72000.
    public static let snapshotTooOld = SQLState(rawValue: "72000")

    // MARK: Class F0, Configuration File Error

    /// `config_file_error`, F0000.
    public static let configFileError = SQLState(rawValue: "F0000")
    /// `lock_file_exists`, F0001.
    public static let lockFileExists = SQLState(rawValue: "F0001")

    // MARK: Class HV, Foreign Data Wrapper Error

    /// `fdw_error`, HV000.
    public static let fdwError = SQLState(rawValue: "HV000")
    /// `fdw_column_name_not_found`, HV005.
    public static let fdwColumnNameNotFound = SQLState(rawValue: "HV005")
    /// `fdw_dynamic_parameter_value_needed`, HV002.
    public static let fdwDynamicParameterValueNeeded = SQLState(rawValue: "HV002")
    /// `fdw_function_sequence_error`, HV010.
    public static let fdwFunctionSequenceError = SQLState(rawValue: "HV010")
    /// `fdw_inconsistent_descriptor_information`, HV021.
    public static let fdwInconsistentDescriptorInformation = SQLState(rawValue: "HV021")
    /// `fdw_invalid_attribute_value`, HV024.
    public static let fdwInvalidAttributeValue = SQLState(rawValue: "HV024")
    /// `fdw_invalid_column_name`, HV007.
    public static let fdwInvalidColumnName = SQLState(rawValue: "HV007")
    /// `fdw_invalid_column_number`, HV008.
    public static let fdwInvalidColumnNumber = SQLState(rawValue: "HV008")
    /// `fdw_invalid_data_type`, HV004.
    public static let fdwInvalidDataType = SQLState(rawValue: "HV004")
    /// `fdw_invalid_data_type_descriptors`, HV006.
    public static let fdwInvalidDataTypeDescriptors = SQLState(rawValue: "HV006")
    /// `fdw_invalid_descriptor_field_identifier`, HV091.
    public static let fdwInvalidDescriptorFieldIdentifier = SQLState(rawValue: "HV091")
    /// `fdw_invalid_handle`, HV00B.
    public static let fdwInvalidHandle = SQLState(rawValue: "HV00B")
    /// `fdw_invalid_option_index`, HV00C.
    public static let fdwInvalidOptionIndex = SQLState(rawValue: "HV00C")
    /// `fdw_invalid_option_name`, HV00D.
    public static let fdwInvalidOptionName = SQLState(rawValue: "HV00D")
    /// `fdw_invalid_string_length_or_buffer_length`, HV090.
    public static let fdwInvalidStringLengthOrBufferLength = SQLState(rawValue: "HV090")
    /// `fdw_invalid_string_format`, HV00A.
    public static let fdwInvalidStringFormat = SQLState(rawValue: "HV00A")
    /// `fdw_invalid_use_of_null_pointer`, HV009.
    public static let fdwInvalidUseOfNullPointer = SQLState(rawValue: "HV009")
    /// `fdw_too_many_handles`, HV014.
    public static let fdwTooManyHandles = SQLState(rawValue: "HV014")
    /// `fdw_out_of_memory`, HV001.
    public static let fdwOutOfMemory = SQLState(rawValue: "HV001")
    /// `fdw_no_schemas`, HV00P.
    public static let fdwNoSchemas = SQLState(rawValue: "HV00P")
    /// `fdw_option_name_not_found`, HV00J.
    public static let fdwOptionNameNotFound = SQLState(rawValue: "HV00J")
    /// `fdw_reply_handle`, HV00K.
    public static let fdwReplyHandle = SQLState(rawValue: "HV00K")
    /// `fdw_schema_not_found`, HV00Q.
    public static let fdwSchemaNotFound = SQLState(rawValue: "HV00Q")
    /// `fdw_table_not_found`, HV00R.
    public static let fdwTableNotFound = SQLState(rawValue: "HV00R")
    /// `fdw_unable_to_create_execution`, HV00L.
    public static let fdwUnableToCreateExecution = SQLState(rawValue: "HV00L")
    /// `fdw_unable_to_create_reply`, HV00M.
    public static let fdwUnableToCreateReply = SQLState(rawValue: "HV00M")
    /// `fdw_unable_to_establish_connection`, HV00N.
    public static let fdwUnableToEstablishConnection = SQLState(rawValue: "HV00N")

    // MARK: Class P0, PL/pgSQL Error

    /// `plpgsql_error`, P0000.
    public static let plpgsqlError = SQLState(rawValue: "P0000")
    /// `raise_exception`, P0001.
    public static let raiseException = SQLState(rawValue: "P0001")
    /// `no_data_found`, P0002.
    public static let noDataFound = SQLState(rawValue: "P0002")
    /// `too_many_rows`, P0003.
    public static let tooManyRows = SQLState(rawValue: "P0003")
    /// `assert_failure`, P0004.
    public static let assertFailure = SQLState(rawValue: "P0004")

    // MARK: Class XX, Internal Error

    /// `internal_error`, XX000.
    public static let internalError = SQLState(rawValue: "XX000")
    /// `data_corrupted`, XX001.
    public static let dataCorrupted = SQLState(rawValue: "XX001")
    /// `index_corrupted`, XX002.
    public static let indexCorrupted = SQLState(rawValue: "XX002")
}
